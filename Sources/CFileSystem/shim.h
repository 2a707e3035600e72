#pragma once
// What the platform's module leaves out: syncfs is declared for _GNU_SOURCE only, which Swift does not set.
#if defined(__linux__)
extern int syncfs(int descriptor);
#endif
