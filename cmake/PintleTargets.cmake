# How files become targets. Names decide, so that a new file needs no edit here:
#
#   *.cc           the library of the layer
#   *_testing.cc   support for tests of this layer and of those above: <layer>_testing
#   *_test.cc      GoogleTest, one program a layer: <layer>_test, registered with ctest
#   *_fuzz.cc      libFuzzer, one program a file, in the preset `asan-ubsan`, by target `fuzzers`
#   *_bench.cc     Google Benchmark, one program a layer: <layer>_bench, by target `benches`

include(GoogleTest)

add_custom_target(benches)
add_custom_target(fuzzers)

# Sets ${prefix}_{lib,testing,test,fuzz,bench} to the files below `dir` by their names.
function(pintle_sort_sources prefix dir)
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${dir}/*.cc)
  foreach(kind IN ITEMS testing test fuzz bench)
    set(files ${all})
    list(FILTER files INCLUDE REGEX "_${kind}\\.cc$")
    set(${prefix}_${kind} ${files} PARENT_SCOPE)
    list(FILTER all EXCLUDE REGEX "_${kind}\\.cc$")
  endforeach()
  set(${prefix}_lib ${all} PARENT_SCOPE)
endfunction()

# pintle_compile(<target> [PCH <target>]): how everything of ours is compiled.
function(pintle_compile target)
  cmake_parse_arguments(arg "" "PCH" "" ${ARGN})
  target_link_libraries(${target} PRIVATE pintle_options)
  if(NOT arg_PCH)
    set(arg_PCH pintle_pch)
  endif()
  if(PINTLE_PCH)
    target_precompile_headers(${target} REUSE_FROM ${arg_PCH})
  endif()
endfunction()

# pintle_program(<target> FOLDER <below the build folder> SOURCES ... LINK ... [PCH <target>])
function(pintle_program target)
  cmake_parse_arguments(arg "" "FOLDER;PCH" "SOURCES;LINK" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  pintle_compile(${target} PCH ${arg_PCH})
  target_link_libraries(${target} PRIVATE ${arg_LINK} Threads::Threads)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${arg_FOLDER})
endfunction()

# pintle_test(<target> SOURCES ... LINK ...): one program, one ctest entry a TEST.
function(pintle_test target)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT arg_SOURCES)
    return()
  endif()
  pintle_program(${target} FOLDER test PCH pintle_test_pch SOURCES ${arg_SOURCES}
    LINK ${arg_LINK} pintle_test_paths GTest::gmock GTest::gtest_main rapidcheck)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  gtest_discover_tests(${target} TEST_PREFIX "${target}." DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

function(pintle_bench target)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  if(NOT arg_SOURCES OR NOT TARGET benchmark::benchmark)
    return()
  endif()
  pintle_program(${target} FOLDER bench SOURCES ${arg_SOURCES} LINK ${arg_LINK})
  set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  add_dependencies(benches ${target})
endfunction()

function(pintle_fuzz)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  foreach(file IN LISTS arg_SOURCES)
    get_filename_component(name ${file} NAME_WE)
    if(NOT PINTLE_FUZZ)
      if(NOT PINTLE_PCH)  # the preset that lint reads: compiled there, so that clang-tidy sees it
        add_library(${name} OBJECT ${file})
        pintle_compile(${name})
        target_link_libraries(${name} PRIVATE ${arg_LINK})
      endif()
      continue()
    endif()
    pintle_program(${name} FOLDER fuzz SOURCES ${file} LINK ${arg_LINK})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(fuzzers ${name})
  endforeach()
endfunction()

# pintle_layer(<name> DEPS <layers it may include>... LINK <libraries>...)
#
# Builds src/<name> if it has files. A layer listed in DEPS that has none yet is
# left out. Libraries in LINK are usable by this layer and by those above it.
function(pintle_layer name)
  cmake_parse_arguments(arg "" "" "DEPS;LINK" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  pintle_sort_sources(files ${dir})
  list(FILTER files_lib EXCLUDE REGEX "/main\\.cc$")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${dir}/*.h)
  if(NOT files_lib AND NOT headers)
    return()
  endif()

  set(below)
  set(below_testing)
  foreach(layer IN LISTS arg_DEPS)
    if(TARGET pintle_${layer})
      list(APPEND below pintle_${layer})
    endif()
    if(TARGET ${layer}_testing)
      list(APPEND below_testing ${layer}_testing)
    endif()
  endforeach()

  if(files_lib)
    add_library(pintle_${name} STATIC ${files_lib})
    pintle_compile(pintle_${name})
    target_link_libraries(pintle_${name} PUBLIC ${below} ${arg_LINK})
  else()
    add_library(pintle_${name} INTERFACE)
    target_link_libraries(pintle_${name} INTERFACE ${below} ${arg_LINK})
  endif()
  set_property(GLOBAL APPEND PROPERTY PINTLE_LAYERS pintle_${name})

  if(files_testing)
    add_library(${name}_testing STATIC EXCLUDE_FROM_ALL ${files_testing})
    pintle_compile(${name}_testing)
    target_link_libraries(${name}_testing PUBLIC pintle_${name} ${below_testing} GTest::gmock)
    list(APPEND below_testing ${name}_testing)
    set_property(GLOBAL APPEND PROPERTY PINTLE_LAYERS_TESTING ${name}_testing)
  endif()

  pintle_test(${name}_test SOURCES ${files_test} LINK pintle_${name} ${below_testing})
  pintle_bench(${name}_bench SOURCES ${files_bench}
    LINK pintle_${name} ${below_testing} benchmark::benchmark benchmark::benchmark_main)
  pintle_fuzz(SOURCES ${files_fuzz} LINK pintle_${name})
endfunction()
