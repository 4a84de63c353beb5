package main

import (
	"regexp"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
)

// vCenter keeps %, / and \ escaped in names of its inventory. Devices and paths of files contain the names
// unescaped. Stock vcsim knows only one form, so calls are escaped on their way to it, and its answers are
// unescaped.
var (
	escaper   = strings.NewReplacer("%", "%25", "/", "%2f", `\`, "%5c")
	unescaper = strings.NewReplacer("%25", "%", "%2f", "/", "%5c", `\`)
	named     = regexp.MustCompile(`(<deviceName>|<fileName>\[)([^<\]]+)`)
)

func replaceNames(body []byte, replacer *strings.Replacer) []byte {
	return named.ReplaceAllFunc(body, func(found []byte) []byte {
		parts := named.FindSubmatch(found)
		return append(append([]byte{}, parts[1]...), replacer.Replace(string(parts[2]))...)
	})
}

// datastore finds a datastore by its unescaped name.
func datastore(model *simulator.Model, name string) *mo.Datastore {
	for _, entity := range model.Map().All("Datastore") {
		if store := entity.(*simulator.Datastore); store.Name == escaper.Replace(name) {
			return &store.Datastore
		}
	}
	return nil
}

func (v *vcenter) hasNetwork(name string) bool {
	networks := v.model.Map().Any("Datacenter").(*simulator.Datacenter).Network
	return v.model.Map().FindByName(escaper.Replace(name), networks) != nil
}
