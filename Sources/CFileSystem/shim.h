#pragma once
#include <dirent.h>

// What the platform's module leaves out: these are declared for _GNU_SOURCE only, which Swift does not set.
#if defined(__linux__)
extern int syncfs(int descriptor);
extern int sync_file_range(int descriptor, long offset, long count, unsigned flags);
#endif

// The name of an entry, an array of another length on every system.
static inline const char *entry_name(const struct dirent *entry) { return entry->d_name; }

// What stands there, as the file type in the mode that stat gives; 0 where the file system does not tell.
static inline unsigned entry_type(const struct dirent *entry) { return (unsigned)entry->d_type << 12; }
