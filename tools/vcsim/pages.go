package main

import (
	"regexp"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// limit makes a read return pages of two objects. vCenter decides on the size of a page, stock vcsim returns
// all.
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

// keepToken records the session that may request the next page.
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

// refusePage refuses a token that was used before, or belongs to another session.
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

// untype removes the type of a device and of an event, as for types that are newer than the client's version.
func untype(answer []byte) []byte {
	return newer.ReplaceAll(answer, nil)
}

var newer = regexp.MustCompile(` [\w-]+:type="(VirtualMachineVMCIDevice|VmBeingClonedEvent|VmClonedEvent|VmStartingEvent)"`)
