package main

import (
	"regexp"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// hide hides a machine, a pool, or a folder with its content from the account.
func (v *vcenter) hide(ref types.ManagedObjectReference, isHidden bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.hidden == nil {
		v.hidden = map[types.ManagedObjectReference]bool{}
	}
	delete(v.hidden, ref)
	if isHidden {
		v.hidden[ref] = true
	}
}

// place finds a folder or a pool by its name.
func (v *vcenter) place(kind, name string) types.ManagedObjectReference {
	for _, entity := range v.model.Map().All(kind) {
		if entity.Entity().Name == name {
			return entity.Reference()
		}
	}
	panic("no " + kind + " " + name)
}

// conceal returns only the existence of machines that the account may not see. The content of a hidden folder
// is not even listed, and no path leads to it.
func (v *vcenter) conceal(method *simulator.Method, answer []byte) []byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	for ref := range v.hidden {
		if ref.Type != "Folder" {
			answer = deny(method, ref, answer)
			continue
		}
		for _, entity := range v.model.Map().All("VirtualMachine") {
			if vm := entity.(*simulator.VirtualMachine); *vm.Parent == ref {
				answer = deny(method, vm.Self, drop(method, vm.Self, answer))
			}
		}
		answer = drop(method, ref, answer)
	}
	return answer
}

func deny(method *simulator.Method, ref types.ManagedObjectReference, answer []byte) []byte {
	switch method.Name {
	case "RetrievePropertiesEx", "ContinueRetrievePropertiesEx", "RetrieveProperties":
	default:
		return answer
	}
	object := regexp.MustCompile(`(?s)(<obj [^>]*>` + ref.Value + `</obj>).*?(</objects>|</returnval>)`)
	return object.ReplaceAll(answer, []byte(`${1}<missingSet><path>name</path><fault><fault xmlns:xsi="`+xsi+
		`" xsi:type="NoPermission"><object type="`+ref.Type+`">`+ref.Value+`</object>`+
		`<privilegeId>System.View</privilegeId></fault><localizedMessage>Permission to perform this operation was denied.`+
		`</localizedMessage></fault></missingSet>${2}`))
}

// drop removes an object from the results of a search, and not from the answer to its reference.
func drop(method *simulator.Method, ref types.ManagedObjectReference, answer []byte) []byte {
	var found string
	switch call := method.Body.(type) {
	case *types.FindByInventoryPath, *types.FindChild:
		found = `<returnval [^>]*>` + ref.Value + `</returnval>`
	case *types.ContinueRetrievePropertiesEx:
		found = `(?s)<objects><obj [^>]*>` + ref.Value + `</obj>.*?</objects>`
	case *types.RetrievePropertiesEx:
		if len(call.SpecSet[0].ObjectSet[0].SelectSet) == 0 {
			return answer
		}
		found = `(?s)<objects><obj [^>]*>` + ref.Value + `</obj>.*?</objects>`
	default:
		return answer
	}
	return regexp.MustCompile(found).ReplaceAll(answer, nil)
}
