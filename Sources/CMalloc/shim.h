#pragma once
// The part of glibc's allocator that Swift's Glibc module leaves out: malloc_trim.
#include <malloc.h>
