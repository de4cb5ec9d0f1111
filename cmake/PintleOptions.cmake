# Compiler, warnings, optimisation, sanitizers, linker, cache.

option(PINTLE_PCH "Precompile the heavy standard headers" ON)
option(PINTLE_LTO "Link-time optimisation" OFF)
option(PINTLE_FUZZ "Make the libFuzzer targets, and compile everything so that they see where they get" OFF)
set(PINTLE_SANITIZE "" CACHE STRING "Value of -fsanitize=, or empty")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# NDEBUG is never defined: checks are part of the product.
# Symbols enough for traces and profiles, a third less to compile; for variables: the debug preset.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
# Enough optimisation that a sanitized test suite ends in time, stacks still readable.
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")
set(CMAKE_EXE_LINKER_FLAGS_SANITIZE "")

if(PINTLE_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# What every target of the project is compiled with.
add_library(pintle_options INTERFACE)
target_compile_options(pintle_options INTERFACE -Wall -Wextra -Werror)
# fmt is in the precompiled header, so its definitions must be equal everywhere.
target_link_libraries(pintle_options INTERFACE fmt::fmt)
target_include_directories(pintle_options INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
# Paths in symbols and messages are relative to the repository, wherever it is built.
target_compile_options(pintle_options INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12 sorts stably through a function of its own that C++23 does not know any more.
  target_compile_options(pintle_options INTERFACE -Wthread-safety -Wno-deprecated-declarations)
else()
  # With optimisation GCC 12 sees overflows in the standard strings that are not there
  # (gcc.gnu.org/PR105329, PR105651). Clang and the sanitizers look for the real ones.
  target_compile_options(pintle_options INTERFACE
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
endif()

if(PINTLE_SANITIZE)
  target_compile_options(pintle_options INTERFACE
    -fsanitize=${PINTLE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(pintle_options INTERFACE -fsanitize=${PINTLE_SANITIZE})
endif()
if(PINTLE_FUZZ)
  target_compile_options(pintle_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# A fast linker is most of the time between touching a file and running it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(PINTLE_LINKER ld.lld-19)
  if(PINTLE_LINKER)
    target_link_options(pintle_options INTERFACE --ld-path=${PINTLE_LINKER})
  endif()
else()
  find_program(PINTLE_LINKER ld.mold)
  if(PINTLE_LINKER AND NOT PINTLE_LTO)
    target_link_options(pintle_options INTERFACE -fuse-ld=mold)
  endif()
endif()

# The cache is shared by all checkouts of the repository: paths are taken relative
# to it. Precompiled headers need the sloppiness that is named here.
find_program(PINTLE_CCACHE ccache)
if(PINTLE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${PINTLE_CCACHE})
endif()

# Two headers: what the product includes everywhere, and the same with GoogleTest.
if(PINTLE_PCH)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Without it the time stamp inside the header defeats the cache.
    target_compile_options(pintle_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  add_library(pintle_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(pintle_pch PRIVATE pintle_options)
  target_precompile_headers(pintle_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
  add_library(pintle_test_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
  target_link_libraries(pintle_test_pch PRIVATE pintle_options GTest::gmock)
  target_precompile_headers(pintle_test_pch PRIVATE
    ${CMAKE_SOURCE_DIR}/cmake/pch.h <gmock/gmock.h> <gtest/gtest.h>)
endif()
