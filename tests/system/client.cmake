add_script_test(promises)
