package main

import (
	"regexp"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// limit lets a read give pages of two objects: vCenter decides how many there are on a page, stock vcsim gives all.
func limit(request []byte, method *simulator.Method) []byte {
	if read, ok := method.Body.(*types.RetrievePropertiesEx); !ok || read.Options.MaxObjects != 0 {
		return request
	}
	return emptyOptions.ReplaceAll(request, []byte("<options><maxObjects>2</maxObjects></options>"))
}

var (
	emptyOptions = regexp.MustCompile(`<options\s*/>|<options></options>`)
	nextPage     = regexp.MustCompile(`<token>([^<]+)</token>`)
)

// keepToken notes in which session the next page may be asked for.
func (v *vcenter) keepToken(session string, answer []byte) {
	if token := nextPage.FindSubmatch(answer); token != nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.tokens == nil {
			v.tokens = map[string]string{}
		}
		v.tokens[string(token[1])] = session
	}
}

// refusePage is for a token that was used before, or in another session.
func (v *vcenter) refusePage(session string, method *simulator.Method) types.BaseMethodFault {
	next, ok := method.Body.(*types.ContinueRetrievePropertiesEx)
	if !ok {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	owner, isKnown := v.tokens[next.Token]
	delete(v.tokens, next.Token)
	if !isKnown || owner != session {
		return &types.InvalidProperty{Name: "token"}
	}
	return nil
}

// untype sends a device and an event without their type, as those that are newer than the version that a client speaks.
func untype(answer []byte) []byte {
	return newer.ReplaceAll(answer, nil)
}

var newer = regexp.MustCompile(` [\w-]+:type="(VirtualMachineVMCIDevice|VmBeingClonedEvent|VmClonedEvent|VmStartingEvent)"`)
