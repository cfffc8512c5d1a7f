# What `cmake --install` puts where: headers under their library's name, each library shared and static, both with
# nothing but the API visible, and what find_package and pkg-config look for.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(packaging ${CMAKE_CURRENT_LIST_DIR})
set(installed ${PROJECT_BINARY_DIR}/installed)

# In this tree headers are included by their path from its root, in others by that of the installed ones.
function(install_header header folder)
    cmake_path(GET header FILENAME name)
    file(READ ${PROJECT_SOURCE_DIR}/${header} text)
    string(REPLACE "\"client/disq.h\"" "<disq/disq.h>" text "${text}")
    string(REPLACE "\"client/adapters/" "\"disq/" text "${text}")
    string(REPLACE "\"mockd/mockd.h\"" "<mockd/mockd.h>" text "${text}")
    file(WRITE ${installed}/${folder}/${name} "${text}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${header})
    install(FILES ${installed}/${folder}/${name} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
endfunction()

# The shared library of the same objects, as NAME_shared, exported as PACKAGE::NAME; what follows is linked.
function(add_shared library name package)
    add_library(${library}_shared SHARED $<TARGET_OBJECTS:${library}>)
    set_target_properties(${library}_shared PROPERTIES OUTPUT_NAME ${name} EXPORT_NAME ${library}
                          VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    target_link_libraries(${library}_shared PRIVATE $<BUILD_INTERFACE:house> ${ARGN})
    target_link_options(${library}_shared PRIVATE ${whole_program} LINKER:--as-needed)
    target_include_directories(${library}_shared INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    install(TARGETS ${library}_shared EXPORT ${package}Targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# The static one: all objects in one, in which what is hidden is local. What compilers leave for optimizing whole
# programs is for single objects only.
function(add_static library name)
    set(object ${installed}/${name}.o)
    set(archive ${installed}/lib${name}.a)
    add_custom_command(OUTPUT ${archive}
        COMMAND ${CMAKE_LINKER} -r --whole-archive -o ${object} $<TARGET_FILE:${library}>
        COMMAND ${CMAKE_OBJCOPY} --localize-hidden --wildcard --remove-section=.gnu.lto_*
                --remove-section=.gnu.debuglto_* ${object}
        COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
        COMMAND ${CMAKE_AR} qcs ${archive} ${object}
        DEPENDS ${library}
        VERBATIM)
    add_custom_target(${library}_static ALL DEPENDS ${archive})
    install(FILES ${archive} DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

function(install_package package)
    set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/${package})
    configure_package_config_file(${packaging}/${package}Config.cmake.in ${installed}/${package}Config.cmake
                                  INSTALL_DESTINATION ${folder} PATH_VARS CMAKE_INSTALL_LIBDIR
                                  CMAKE_INSTALL_INCLUDEDIR)
    write_basic_package_version_file(${installed}/${package}ConfigVersion.cmake
                                     COMPATIBILITY SameMinorVersion)
    install(FILES ${installed}/${package}Config.cmake ${installed}/${package}ConfigVersion.cmake
            DESTINATION ${folder})
    install(EXPORT ${package}Targets NAMESPACE ${package}:: DESTINATION ${folder})
endfunction()

# The prefix is where the file is: what is installed can be moved.
function(install_pkgconfig name)
    file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    string(REGEX REPLACE "/$" "" up "${up}")
    configure_file(${packaging}/${name}.pc.in ${installed}/${name}.pc @ONLY)
    install(FILES ${installed}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

add_shared(disq disq disq PkgConfig::HIREDIS)
add_shared(mockd mockd mockd PkgConfig::EVENT Threads::Threads)
add_shared(lab mockd-lab mockd disq_shared mockd_shared)
set_target_properties(lab_shared PROPERTIES INSTALL_RPATH "$ORIGIN") # it finds the other two beside it
add_static(disq disq)
add_static(mockd mockd)
add_static(lab mockd-lab)

install_header(client/disq.h disq)
install_header(client/adapters/libevent.h disq)
install_header(mockd/mockd.h mockd)
install_header(scenarios/lab/lab.h mockd)

install_package(disq)
install_package(mockd)
install_pkgconfig(disq)
install_pkgconfig(mockd)
install_pkgconfig(mockd-lab)

install(TARGETS mockd-server scn RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES mockd/mockd.1 scenarios/runner/scn.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
