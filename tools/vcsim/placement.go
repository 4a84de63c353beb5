package main

import (
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// setDrs turns DRS of the cluster on or off, and sets its degree of automation.
func (v *vcenter) setDrs(drs *struct {
	Enabled  bool
	Behavior types.DrsBehavior
}) {
	cluster := v.model.Map().Any("ClusterComputeResource").(*simulator.ClusterComputeResource)
	v.context().WithLock(cluster, func() {
		config := &cluster.ConfigurationEx.(*types.ClusterConfigInfoEx).DrsConfig
		config.Enabled, config.DefaultVmBehavior = types.NewBool(drs.Enabled), drs.Behavior
	})
}

// moveDatacenter puts the datacenter into a new folder, as in vCenters with many datacenters.
func (v *vcenter) moveDatacenter(name string) error {
	ctx := v.model.Service.Context
	client, err := vim25.NewClient(ctx, v.model.Service)
	if err != nil {
		return err
	}
	folder, err := object.NewRootFolder(client).CreateFolder(ctx, name)
	if err != nil {
		return err
	}
	datacenter := v.model.Map().Any("Datacenter").Reference()
	task, err := folder.MoveInto(ctx, []types.ManagedObjectReference{datacenter})
	if err != nil {
		return err
	}
	return task.Wait(ctx)
}

// refusePlace requires a host where no DRS chooses one, as old releases do.
func (v *vcenter) refusePlace(location types.VirtualMachineRelocateSpec) (types.BaseMethodFault, string) {
	if location.Host != nil || location.Pool == nil {
		return nil, ""
	}
	cluster := v.model.Map().Any("ClusterComputeResource").(*simulator.ClusterComputeResource)
	if enabled := cluster.ConfigurationEx.(*types.ClusterConfigInfoEx).DrsConfig.Enabled; enabled == nil || *enabled {
		return nil, ""
	}
	invalid := &types.InvalidArgument{InvalidProperty: "spec.location.host"}
	return invalid, "A specified parameter was not correct: spec.location.host"
}

// attempt answers PowerOnMultiVM_Task by a rule. The call's own task succeeds whatever happens to the
// machine.
func (v *vcenter) attempt(call *types.PowerOnMultiVM_Task, rule *rule, fault types.BaseMethodFault) types.ManagedObjectReference {
	registry, vm := v.model.Map(), call.Vm[0]
	result := types.ClusterPowerOnVmResult{}
	switch rule.Attempt {
	case "proposed":
		result.Recommendations = []types.ClusterRecommendation{{Key: "1", Time: time.Now(), Rating: 5, ReasonText: "injected"}}
	case "refused":
		why := types.LocalizedMethodFault{Fault: fault, LocalizedMessage: "injected"}
		result.NotAttempted = []types.ClusterNotAttemptedVmInfo{{Vm: vm, Fault: why}}
	default:
		task := simulator.CreateTask(registry.Get(vm), "powerOn", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
			return nil, fault
		})
		ref := task.Run(v.context())
		result.Attempted = []types.ClusterAttemptedVmInfo{{Vm: vm, Task: &ref}}
	}
	task := simulator.CreateTask(registry.Get(call.This), "powerOnMultiVM", func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return result, nil
	})
	return task.Run(v.context())
}
