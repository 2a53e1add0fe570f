import { rawScenarios } from './matrix/raw.ts';
import { tellMatrix } from './matrix/stories.ts';

// Each change that a command makes fails, meets kill -9, or a power cut: pools without LVM.

tellMatrix(rawScenarios);
