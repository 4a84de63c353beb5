package main

import (
	"net/http"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// events describes a vCenter with a database of many years.
type events struct {
	Count        int // older ones of every machine
	Milliseconds int // that a slow query takes
	Slow         int // so many of the next queries are slow, besides those that nothing bounds
}

func (v *vcenter) setEvents(events *events) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.events = *events
}

// query takes as long as vCenter takes to search its events.
func (v *vcenter) query(r *http.Request, query *types.QueryEvents) []types.BaseEvent {
	filter := query.Filter
	bounded := filter.Entity != nil && len(filter.EventTypeId) > 0 && filter.Time != nil && filter.Time.BeginTime != nil
	v.mu.Lock()
	events := v.events
	slow := !bounded && events.Count > 0 || events.Slow > 0
	v.events.Slow = max(events.Slow-1, 0)
	v.mu.Unlock()
	if slow {
		select {
		case <-time.After(time.Duration(events.Milliseconds) * time.Millisecond):
		case <-r.Context().Done():
		}
	}
	ctx, manager := v.context(), v.model.Map().EventManager()
	found := []types.BaseEvent{}
	ctx.WithLock(manager, func() {
		for _, event := range manager.QueryEvents(ctx, query).(*methods.QueryEventsBody).Res.Returnval {
			// Stock vcsim reports the customization of a machine before the guest has started.
			if succeeded, ok := event.(*types.CustomizationSucceeded); !ok || succeeded.LogLocation != "" {
				found = append(found, event)
			}
		}
	})
	if bounded || filter.Entity == nil {
		return found
	}
	// The latest events come first. The machine's events stand among events of many years that the query does
	// not exclude.
	vm, _ := v.model.Map().Get(filter.Entity.Entity).(*simulator.VirtualMachine)
	for i := 0; vm != nil && i < events.Count; i++ {
		found = append(found, &types.VmReconfiguredEvent{VmEvent: types.VmEvent{Event: types.Event{
			Key: int32(1_000_000 + i), CreatedTime: time.Now().AddDate(-1, 0, 0),
			Vm: &types.VmEventArgument{EntityEventArgument: types.EntityEventArgument{Name: vm.Name}, Vm: vm.Self},
		}}})
	}
	return found
}
