#include <cstddef>
#include <cstdint>

#include "main/config_key.h"
#include "main/toml_file.h"

// Whatever the file, its entries are read or refused, and so is each value by its key.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entries = pintle::main::ParseToml({reinterpret_cast<const char*>(data), size});
  if (!entries) return 0;
  pintle::main::Config config;
  for (const pintle::main::TomlEntry& entry : *entries) {
    const pintle::main::ConfigKey* key = pintle::main::FindConfigKey(entry.key);
    if (key != nullptr) (void)key->Set(entry.value, config);
  }
  return 0;
}
