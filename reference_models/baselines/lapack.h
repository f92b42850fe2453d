// The few LAPACK routines that the closed-form models need, as OpenBLAS exports them.
#pragma once

namespace recgauge::reference_models {

extern "C" {
void spotrf_(const char* uplo, const int* n, float* a, const int* lda, int* info);
void spotri_(const char* uplo, const int* n, float* a, const int* lda, int* info);
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void dpotri_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void spotrs_(const char* uplo, const int* n, const int* nrhs, const float* a, const int* lda, float* b, const int* ldb,
             int* info);
}

inline void cholesky(int n, float* a, int* info) { spotrf_("L", &n, a, &n, info); }
inline void cholesky(int n, double* a, int* info) { dpotrf_("L", &n, a, &n, info); }
inline void invert_from_cholesky(int n, float* a, int* info) { spotri_("L", &n, a, &n, info); }
inline void invert_from_cholesky(int n, double* a, int* info) { dpotri_("L", &n, a, &n, info); }

}  // namespace recgauge::reference_models
