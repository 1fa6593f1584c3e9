#pragma once
#include <hdf5.h>
#include <string.h>

// Why each is here: Swift imports neither a macro that calls H5open() nor a global variable that C
// may change, and these HDF5 "constants" are both.
static inline unsigned assay_h5f_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned assay_h5f_truncate(void) { return H5F_ACC_TRUNC; }
static inline hid_t assay_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t assay_h5p_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t assay_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t assay_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t assay_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t assay_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t assay_h5t_little_float(void) { return H5T_IEEE_F32LE; }
static inline hid_t assay_h5t_little_double(void) { return H5T_IEEE_F64LE; }
static inline hid_t assay_h5t_c_string(void) { return H5T_C_S1; }

// Why: H5Oget_info is a macro of versions, and its struct changed between 1.10 and 1.12.
// `identity` is equal exactly for two names of one object in one file.
static inline herr_t assay_h5_object_info(hid_t object, int *kind, uint64_t *identity) {
  H5O_info_t info;
#if H5_VERSION_GE(1, 12, 0)
  herr_t status = H5Oget_info(object, &info, H5O_INFO_BASIC);
  if (status >= 0) memcpy(identity, &info.token, sizeof *identity);
#else
  herr_t status = H5Oget_info2(object, &info, H5O_INFO_BASIC);
  if (status >= 0) *identity = info.addr;
#endif
  if (status >= 0) *kind = info.type;
  return status;
}

// Why: H5Lget_info is a macro of versions, with a struct of its own for each.
static inline herr_t assay_h5_link_kind(hid_t group, const char *name, int *kind) {
  H5L_info_t info;
  herr_t status = H5Lget_info(group, name, &info, H5P_DEFAULT);
  if (status >= 0) *kind = info.type;
  return status;
}

// Why: H5Literate and its callback's struct differ between versions in the same way.
typedef herr_t (*assay_h5_link_visitor)(const char *name, int kind, void *context);
struct assay_h5_link_visit { assay_h5_link_visitor visitor; void *context; };
static inline herr_t assay_h5_visit_link(
    hid_t group, const char *name, const H5L_info_t *info, void *raw) {
  (void)group;
  struct assay_h5_link_visit *visit = (struct assay_h5_link_visit *)raw;
  return visit->visitor(name, info->type, visit->context);
}
static inline herr_t assay_h5_each_link(
    hid_t group, assay_h5_link_visitor visitor, void *context) {
  struct assay_h5_link_visit visit = {visitor, context};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, assay_h5_visit_link, &visit);
}
