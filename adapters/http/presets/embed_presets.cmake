# cmake -DFILES=a.yaml;b.yaml -DOUTPUT=texts.cpp -P embed_presets.cmake: writes the files as raw strings.
set(code "#include \"adapters/http/presets/preset_texts.h\"\n\nnamespace recgauge::adapters {\n\nconst std::vector<PresetText>& preset_texts() {\n  static const std::vector<PresetText> kTexts{\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND code "      {\"${name}\", R\"preset(${text})preset\"},\n")
endforeach()
string(APPEND code "  };\n  return kTexts;\n}\n\n}  // namespace recgauge::adapters\n")
file(WRITE ${OUTPUT} "${code}")
