# Everything here is a Debian 12 package; scripts/setup.sh names them.

find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(TBB REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(LibArchive REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)

# Debian's libutf8proc-dev brings no description for CMake.
find_path(RECGAUGE_UTF8PROC_HEADERS utf8proc.h REQUIRED)
find_library(RECGAUGE_UTF8PROC_LIBRARY utf8proc REQUIRED)
add_library(recgauge_utf8proc INTERFACE)
target_include_directories(recgauge_utf8proc SYSTEM INTERFACE ${RECGAUGE_UTF8PROC_HEADERS})
target_link_libraries(recgauge_utf8proc INTERFACE ${RECGAUGE_UTF8PROC_LIBRARY})

# Third-party headers are not held to our warnings.
foreach(dependency fmt::fmt yaml-cpp Eigen3::Eigen CLI11::CLI11 nlohmann_json::nlohmann_json Boost::headers)
  if(TARGET ${dependency})
    get_target_property(directories ${dependency} INTERFACE_INCLUDE_DIRECTORIES)
    if(directories)
      set_target_properties(${dependency} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${directories}")
    endif()
  endif()
endforeach()

# The neural models are a module of their own; without libtorch everything else is built.
if(RECGAUGE_NEURAL)
  find_path(RECGAUGE_TORCH_HEADERS torch/torch.h PATH_SUFFIXES torch/csrc/api/include)
  find_library(RECGAUGE_TORCH_LIBRARY torch)
  find_library(RECGAUGE_TORCH_CPU_LIBRARY torch_cpu)
  find_library(RECGAUGE_C10_LIBRARY c10)
  find_library(RECGAUGE_GLOG_LIBRARY glog)  # of Debian's libtorch, whose headers log through it
  if(RECGAUGE_TORCH_HEADERS AND RECGAUGE_TORCH_LIBRARY AND RECGAUGE_TORCH_CPU_LIBRARY AND RECGAUGE_C10_LIBRARY)
    add_library(recgauge_torch INTERFACE)
    target_include_directories(recgauge_torch SYSTEM INTERFACE ${RECGAUGE_TORCH_HEADERS})
    # libtorch.so holds no symbol that is referred to; it is named so that a build with CUDA registers its kernels.
    target_link_libraries(recgauge_torch INTERFACE -Wl,--no-as-needed ${RECGAUGE_TORCH_LIBRARY} -Wl,--as-needed
                          ${RECGAUGE_TORCH_CPU_LIBRARY} ${RECGAUGE_C10_LIBRARY} openblas)
    if(RECGAUGE_GLOG_LIBRARY)
      target_link_libraries(recgauge_torch INTERFACE ${RECGAUGE_GLOG_LIBRARY})
    endif()
  else()
    message(STATUS "libtorch is not here (Debian: libtorch-dev): built without the neural models")
    set(RECGAUGE_NEURAL OFF)
  endif()
endif()
