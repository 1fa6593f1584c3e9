#pragma once
#include <hdf5.h>
#include <stdint.h>

/// Makes libhdf5 read `length` bytes at `offset` of an open descriptor, and open no file by itself.
///
/// `access` is a file access property list; the name given to H5Fopen then has no meaning. The
/// descriptor is the caller's, who keeps it open for as long as the file is in use.
herr_t assay_h5_read_descriptor(hid_t access, int descriptor, uint64_t offset, uint64_t length);
