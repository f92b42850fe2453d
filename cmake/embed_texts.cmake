# cmake -DFILES=a.yaml;b.yaml -DOUTPUT=texts.cpp -DHEADER=... -DTYPE=... -DFUNCTION=... -P embed_texts.cmake: writes the files as raw
# strings, as a function that returns a list of TYPE{name, text}.
set(code "#include \"${HEADER}\"\n\nnamespace recgauge::adapters {\n\nconst std::vector<${TYPE}>& ${FUNCTION}() {\n  static const std::vector<${TYPE}> kTexts{\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND code "      {\"${name}\", R\"file(${text})file\"},\n")
endforeach()
string(APPEND code "  };\n  return kTexts;\n}\n\n}  // namespace recgauge::adapters\n")
file(WRITE ${OUTPUT} "${code}")
