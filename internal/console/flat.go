package console

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// flatColumns names the columns of a row that is a struct: its fields as JSON names
// them, those of a struct in it behind its name and a point.
func flatColumns[T any]() []string {
	var names []string
	eachField(reflect.TypeFor[T](), func(name string, _ []int) { names = append(names, name) })
	return names
}

// flatCells are the cells of such a row.
func flatCells(row any) ([]string, error) {
	var cells []string
	var failed error
	v := reflect.ValueOf(row)
	eachField(v.Type(), func(_ string, at []int) {
		field, err := v.FieldByIndexErr(at)
		if err != nil || field.IsZero() && field.Kind() != reflect.Int && field.Kind() != reflect.Bool {
			cells = append(cells, "") // of a struct that is not there, or left out in JSON too
			return
		}
		cell, err := cellOf(field.Interface())
		if err != nil {
			failed = err
		}
		cells = append(cells, cell)
	})
	return cells, failed
}

// eachField walks over the fields of a struct that are no structs.
func eachField(t reflect.Type, see func(name string, at []int)) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || len(f.Index) > 1 {
			continue
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct || inner == reflect.TypeFor[stamp]() {
			see(name, f.Index)
			continue
		}
		eachField(inner, func(below string, at []int) { see(name+"."+below, append(append([]int{}, f.Index...), at...)) })
	}
}

// cellOf writes a value as JSON does, without the quotes.
func cellOf(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil || len(text) == 0 || text[0] != '"' {
		return string(text), err
	}
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return "", fmt.Errorf("a cell: %w", err)
	}
	return guarded(s), nil
}
