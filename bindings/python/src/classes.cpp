// Which Python class a structure is, and where its slots are.
#include "codec.hpp"

#include <structmember.h>

#include <unordered_map>

namespace sambung::python {
namespace {

struct class_table {
  PyObject* module = nullptr;  // for as long as the process lives
  std::unordered_map<shape const*, record_class> known;
};

class_table& classes() {
  static auto* const table = new class_table;  // Python's objects are not let go behind the interpreter's end
  return *table;
}

// Where objects of the class have the slot; -1 when it is none.
Py_ssize_t slot_of(PyObject* type, std::string const& name) {
  reference const found(PyObject_GetAttrString(type, name.c_str()));
  if (!found) {
    PyErr_Clear();
    return -1;
  }
  if (!Py_IS_TYPE(found.get(), &PyMemberDescr_Type)) return -1;
  auto const* member = reinterpret_cast<PyMemberDescrObject*>(found.get())->d_member;
  return member->type == T_OBJECT_EX ? member->offset : -1;
}

record_class find(shape const& structure) {
  record_class one;
  auto* const type = adopted(class_name(structure.name).c_str());
  if (!type || !PyType_Check(type)) return one;
  one.type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  for (auto const& f : structure.fields) one.slots.push_back(f.limits.internal ? -1 : slot_of(type, f.name));
  return one;
}

}  // namespace

std::string class_name(std::string_view name) {
  auto camel = camel_case(name);
  if (!camel.empty() && camel[0] >= 'a' && camel[0] <= 'z') camel[0] = static_cast<char>(camel[0] - 'a' + 'A');
  return camel;
}

void adopt_classes(PyObject* module) {
  auto& table = classes();
  Py_XDECREF(table.module);
  table.module = Py_NewRef(module);
  table.known.clear();
}

PyObject* adopted(char const* name) {
  auto& table = classes();
  if (!table.module) return nullptr;
  return PyDict_GetItemString(PyModule_GetDict(table.module), name);
}

record_class const* class_of(shape const& structure) {
  auto& known = classes().known;
  auto found = known.find(&structure);
  if (found == known.end()) found = known.emplace(&structure, find(structure)).first;
  return found->second.type ? &found->second : nullptr;
}

}  // namespace sambung::python
