import { containerdScenarios } from './matrix/containerd.ts';
import { tellMatrix } from './matrix/stories.ts';

// Each change that a command makes fails, meets kill -9, or a power cut: containerd's snapshotter.

tellMatrix(containerdScenarios);
