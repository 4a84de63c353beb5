package main

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
	vimxml "github.com/vmware/govmomi/vim25/xml"
)

// rights are the privileges that an administrator has not given to the account, by the entity's name. Calls
// are not refused because of it: stock vcsim grants everything to every session.
type rights struct {
	Entity string   `json:"entity"`
	Lacks  []string `json:"lacks"`
}

// answerPrivileges returns the privileges that an administrator has given. An unknown session has none.
func (v *vcenter) answerPrivileges(w http.ResponseWriter, call *types.HasPrivilegeOnEntities) {
	answer := &types.HasPrivilegeOnEntitiesResponse{}
	isOpen := v.hasSession(call.SessionId)
	for _, ref := range call.Entity {
		entity := types.EntityPrivilege{Entity: ref}
		for _, id := range call.PrivId {
			entity.PrivAvailability = append(entity.PrivAvailability, types.PrivilegeAvailability{
				PrivId: id, IsGranted: isOpen && !v.lacks(ref, id),
			})
		}
		answer.Returnval = append(answer.Returnval, entity)
	}
	var body bytes.Buffer
	start := vimxml.StartElement{
		Name: vimxml.Name{Local: "HasPrivilegeOnEntitiesResponse"},
		Attr: []vimxml.Attr{{Name: vimxml.Name{Local: "xmlns"}, Value: "urn:vim25"}},
	}
	_ = vimxml.NewEncoder(&body).EncodeElement(answer, start)
	writeBody(w, http.StatusOK, body.String())
}

func (v *vcenter) hasSession(key string) bool {
	manager := v.model.Map().SessionManager()
	listed := v.model.Service.Context.Session.Get(manager.Self).(*simulator.SessionManager)
	return slices.ContainsFunc(listed.SessionList, func(session types.UserSession) bool { return session.Key == key })
}

func (v *vcenter) lacks(ref types.ManagedObjectReference, privilege string) bool {
	entity, ok := v.model.Map().Get(ref).(mo.Entity)
	if !ok {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.ContainsFunc(v.rights, func(r rights) bool {
		return r.Entity == entity.Entity().Name && slices.Contains(r.Lacks, privilege)
	})
}
