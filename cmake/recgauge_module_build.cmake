# A module and the program that opens it must agree on the classes that pass between them: both carry a hash of the
# headers that declare these, of the compiler and of the sanitizer.

set(headers
  adapters/http/mapping/answer.h adapters/http/settings/http_config.h adapters/http/settings/http_endpoint.h
  harness/config/config_node.h harness/data/dataset.h harness/data/ids.h harness/data/interactions.h harness/protocol/pseudonyms.h harness/protocol/recommender.h
  harness/protocol/request.h harness/run/clock.h harness/system/error.h harness/system/progress.h harness/system/parallel.h
  reference_models/neural_kinds/module_interface.h reference_models/neural_kinds/user_script.h
  reference_models/scoring/model_kind.h reference_models/scoring/score_model.h reference_models/scoring/top_k.h)
set(facts "${PROJECT_VERSION} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${RECGAUGE_SANITIZE}")
foreach(header ${headers})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${header})
  file(SHA256 ${PROJECT_SOURCE_DIR}/${header} hash)
  string(APPEND facts " ${hash}")
endforeach()
string(SHA256 RECGAUGE_MODULE_BUILD "${facts}")
string(SUBSTRING ${RECGAUGE_MODULE_BUILD} 0 16 RECGAUGE_MODULE_BUILD)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/recgauge_module_build.h CONTENT
"// Made by cmake/recgauge_module_build.cmake.
#pragma once
#define RECGAUGE_MODULE_BUILD \"${PROJECT_VERSION}-${RECGAUGE_MODULE_BUILD}\"
")
