import { storeScenarios } from './matrix/store.ts';
import { tellMatrix } from './matrix/stories.ts';

// Each change that a command makes fails, meets kill -9, or a power cut: Docker 26 through containerd.

tellMatrix(storeScenarios);
