# recgauge_embed_texts(TARGET recgauge_x FOLDER DIR HEADER x/texts.h NAMESPACE recgauge::x TYPE Text FUNCTION texts): the program
# carries the texts of the folder's YAML files; the header declares the type and the function that returns them.
function(recgauge_embed_texts)
  cmake_parse_arguments(arg "" "TARGET;FOLDER;HEADER;NAMESPACE;TYPE;FUNCTION" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${arg_FOLDER}/*.yaml)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${arg_FUNCTION}.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_texts.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" -DOUTPUT=${output} -DHEADER=${arg_HEADER} -DNAMESPACE=${arg_NAMESPACE}
            -DTYPE=${arg_TYPE} -DFUNCTION=${arg_FUNCTION} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding ${arg_FUNCTION}"
    VERBATIM)
  add_library(recgauge_${arg_FUNCTION} STATIC ${output})
  # A module may carry them too.
  set_target_properties(recgauge_${arg_FUNCTION} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(recgauge_${arg_FUNCTION} PRIVATE recgauge_options)
  target_link_libraries(${arg_TARGET} PRIVATE recgauge_${arg_FUNCTION})
endfunction()
