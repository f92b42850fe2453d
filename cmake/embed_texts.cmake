# cmake -DFILES=a.yaml;b.yaml -DOUTPUT=texts.cpp -DHEADER=... -DNAMESPACE=... -DTYPE=... -DFUNCTION=... -P embed_texts.cmake: writes the
# files as raw strings, as a function that returns a list of TYPE{name, text}.
set(code "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n\nconst std::vector<${TYPE}>& ${FUNCTION}() {\n  static const std::vector<${TYPE}> kTexts{\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND code "      {\"${name}\", R\"file(${text})file\"},\n")
endforeach()
string(APPEND code "  };\n  return kTexts;\n}\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE ${OUTPUT} "${code}")
