import { dockerScenarios } from './matrix/docker.ts';
import { tellMatrix } from './matrix/stories.ts';

// Each change that a command makes fails, meets kill -9, or a power cut: Docker up to 24.

tellMatrix(dockerScenarios);
