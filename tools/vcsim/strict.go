package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/simulator"
	vimxml "github.com/vmware/govmomi/vim25/xml"
)

const xsi = "http://www.w3.org/2001/XMLSchema-instance"

// element is XML without insignificant parts: prefixes, white space.
type element struct {
	name     string
	space    string
	xsiType  string
	text     string
	children []*element
}

// differs returns where vCenter would refuse a request. Stock vcsim ignores unknown elements and accepts any
// order. Here the request as govmomi's types understood it is written again, in the schema's order, without
// unknown elements and with required ones. The result must equal the request.
func differs(request []byte, method *simulator.Method) string {
	if path := missing(method.Name, reflect.ValueOf(method.Body)); path != "" {
		return path + " is required"
	}
	var canonical bytes.Buffer
	start := vimxml.StartElement{Name: vimxml.Name{Local: method.Name}}
	if err := vimxml.NewEncoder(&canonical).EncodeElement(method.Body, start); err != nil {
		return err.Error()
	}
	want, err := parse(&canonical)
	if err != nil {
		return err.Error()
	}
	envelope, err := parse(bytes.NewReader(request))
	if err != nil {
		return err.Error()
	}
	for _, part := range envelope.children {
		if part.name != "Body" || len(part.children) != 1 {
			continue
		}
		if got := part.children[0]; got.space != "urn:vim25" {
			return fmt.Sprintf("%s is not in the namespace urn:vim25", got.name)
		}
		return difference(method.Name, part.children[0], want)
	}
	return "a SOAP body holds exactly one call"
}

// missing finds an absent required value of a base type, because govmomi writes nothing for it.
func missing(path string, value reflect.Value) string {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		return missing(path, value.Elem())
	case reflect.Slice:
		for i := range value.Len() {
			if found := missing(path, value.Index(i)); found != "" {
				return found
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			field, content := value.Type().Field(i), value.Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("xml"), ",")
			if !field.IsExported() {
				continue
			}
			if content.Kind() == reflect.Interface && content.IsNil() && name != "" && !strings.Contains(options, "omitempty") {
				return path + "/" + name
			}
			if name != "" {
				name = "/" + name
			}
			if found := missing(path+name, content); found != "" {
				return found
			}
		}
	}
	return ""
}

func difference(path string, got, want *element) string {
	if want.xsiType != "" && got.xsiType != want.xsiType {
		return fmt.Sprintf("%s has type %q, not %q", path, got.xsiType, want.xsiType)
	}
	if got.text != want.text {
		return fmt.Sprintf("%s is not a value of its type, or an empty one", path)
	}
	for i := 0; i < len(got.children) || i < len(want.children); i++ {
		switch {
		case i >= len(want.children):
			return fmt.Sprintf("%s/%s is unknown, empty or out of order", path, got.children[i].name)
		case i >= len(got.children):
			return fmt.Sprintf("%s/%s is required", path, want.children[i].name)
		case got.children[i].name != want.children[i].name:
			return fmt.Sprintf("%s/%s stands where the schema has %s", path, got.children[i].name, want.children[i].name)
		}
		if found := difference(path+"/"+got.children[i].name, got.children[i], want.children[i]); found != "" {
			return found
		}
	}
	return ""
}

func parse(source interface{ Read([]byte) (int, error) }) (*element, error) {
	decoder := xml.NewDecoder(source)
	root := &element{}
	stack := []*element{root}
	for len(root.children) == 0 || len(stack) > 1 {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			child := &element{name: t.Name.Local, space: t.Name.Space}
			for _, attribute := range t.Attr {
				if attribute.Name.Local == "type" && (attribute.Name.Space == xsi || attribute.Name.Space == "xsi") {
					child.xsiType = attribute.Value[strings.IndexByte(attribute.Value, ':')+1:]
				}
			}
			top.children = append(top.children, child)
			stack = append(stack, child)
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	return root.children[0], nil
}
