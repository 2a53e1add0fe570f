import { lvmScenarios } from './matrix/lvm.ts';
import { tellMatrix } from './matrix/stories.ts';

// Each change that a command makes fails, meets kill -9, or a power cut: pools of LVM's without an engine.

tellMatrix(lvmScenarios);
