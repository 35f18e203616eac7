// variables: what their declarations promise, and whether a value keeps it.
#pragma once

#include <sambung/template/compiled_template.hpp>

namespace sambung::templating {

// What is wrong with a value: "out_of_range: at most 5". Empty when nothing is.
std::optional<std::string> value_fault(prompt_variable const& declared, boost::json::value const& given);

// Every fault of the declarations; `path` is "variables".
std::vector<template_fault> declaration_faults(std::vector<prompt_variable> const& declared, std::string const& path);

}  // namespace sambung::templating
