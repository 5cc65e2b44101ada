#pragma once
#include <cblas.h>
#include <stddef.h>

// LAPACK is in OpenBLAS; Debian ships its header apart. The last two arguments are the lengths of the texts, as Fortran
// passes them.
void dsyevd_(const char *job, const char *triangle, const int *order, double *matrix, const int *stride, double *values,
             double *numbers, const int *numberCount, int *integers, const int *integerCount, int *info,
             size_t jobLength, size_t triangleLength);
