#include <sambung/records/prompt_version.hpp>

namespace sambung {

record_description describe_record(record_of<prompt_variable>) {
  return record<prompt_variable>()
      .text(&prompt_variable::name, 1, 40)
      .optional(&prompt_variable::type)
      .text(&prompt_variable::label, 0, 200)
      .text(&prompt_variable::description, 0, 1'000)
      .optional(&prompt_variable::required)
      .text(&prompt_variable::choices, 1, 400)
      .items(&prompt_variable::choices, 100)
      .range(&prompt_variable::max_length, 1, 1'048'576);
}

record_description describe_record(record_of<template_message>) {
  return record<template_message>()
      .optional(&template_message::role)
      .text(&template_message::text, 0, max_prompt_bytes)
      .optional(&template_message::text)
      .text(&template_message::placeholder, 1, 40);
}

record_description describe_record(record_of<prompt_config>) {
  return record<prompt_config>()
      .text(&prompt_config::model, 1, 200)
      .range(&prompt_config::max_tokens, 1, 10'000'000)
      .text(&prompt_config::tools, 1, 64)
      .items(&prompt_config::tools, 64);
}

record_description describe_record(record_of<prompt_include>) {
  return record<prompt_include>()
      .text(&prompt_include::reference, 1, 500)
      .range(&prompt_include::number, 1, 1'000'000'000);
}

record_description describe_record(record_of<prompt_expectation>) {
  return record<prompt_expectation>()
      .text(&prompt_expectation::contains, 1, 4'000)
      .text(&prompt_expectation::equals, 0, 16'384);
}

record_description describe_record(record_of<prompt_example>) {
  return record<prompt_example>().text(&prompt_example::name, 1, 200).optional(&prompt_example::values);
}

record_description describe_record(record_of<prompt_content>) {
  return record<prompt_content>()
      .optional(&prompt_content::kind)
      .items(&prompt_content::messages, 64)
      .items(&prompt_content::variables, 64)
      .optional(&prompt_content::config)
      .items(&prompt_content::examples, 20);
}

record_description describe_record(record_of<prompt_version>) {
  return record<prompt_version>("prompt_versions")
      .range(&prompt_version::number, 1, 1'000'000'000)
      .items(&prompt_version::includes, 256)
      .text(&prompt_version::note, 0, 500)
      .text(&prompt_version::content_hash, 64, 64)
      .unique(&prompt_version::template_id, &prompt_version::number)
      .refers_to(&prompt_version::template_id, "prompt_templates")
      .part_of(&prompt_version::template_id, "prompt_templates")
      .announced_to_writer();
}

}  // namespace sambung
