package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// guests runs a guest for every machine that is on, and acts as VMware Tools for the simulator.
//
// vcsim can do this with containers. But it starts them within the power-on task, does not let a test control
// shutdown, and passes values to a shell unquoted. So guests listens to the inventory instead and runs the
// program `guest`.
//
// The guest's standard output is its side of the backdoor: "ready" when its tools run, "info-set KEY VALUE"
// for guestinfo. Its standard input receives "shutdown". It is off when the process ends.
//
// Stock vcsim customizes during power-on. Here, as on vCenter, the customization ends in the guest after its
// tools have started: an event reports it, and the guest restarts, as with VMware Tools' own scripts.
type guests struct {
	model   *simulator.Model
	dir     string
	options guestOptions
	net     *net.IPNet
	spawn   chan func()

	mu          sync.Mutex
	last        uint32
	all         map[types.ManagedObjectReference]*guest
	customizing map[types.ManagedObjectReference]bool
	behaviour
}

type behaviour struct {
	Silent         bool // no tools
	Stubborn       bool // does not shut down
	Uncustomizable bool // customization fails
	CloudInit      bool // customizes without a restart, and makes host keys where nothing tells it not to
	Hardened       bool // vmware-rpctool is refused, see guest_rpc.rpci.auth.cmd.info-get and info-set
}

// environment returns the variables that tell the guest's program how to behave.
func (b behaviour) environment() []string {
	variables := []string{}
	for name, isSo := range map[string]bool{"CLOUD_INIT": b.CloudInit, "HARDENED": b.Hardened} {
		if isSo {
			variables = append(variables, name+"=1")
		}
	}
	return variables
}

type guest struct {
	address string
	dir     string
	process *os.Process
	stdin   io.Writer
	off     chan struct{}
	boots   int
	// Whether it starts again when the process ends, and whether its power was cut.
	restarts, unplugged bool
}

type guestOptions struct{ command, network, origin string }

func newGuests(model *simulator.Model, dir string, options guestOptions) (*guests, error) {
	_, parsed, err := net.ParseCIDR(options.network)
	if err != nil {
		return nil, err
	}
	g := &guests{
		model: model, dir: filepath.Join(dir, "guests"), options: options, net: parsed,
		spawn: make(chan func()), all: map[types.ManagedObjectReference]*guest{},
		customizing: map[types.ManagedObjectReference]bool{},
	}
	go func() {
		// A child's parent death signal is sent when the thread that forked the child ends. This thread never ends.
		runtime.LockOSThread()
		for start := range g.spawn {
			start()
		}
	}()
	return g, nil
}

func (g *guests) Reference() types.ManagedObjectReference {
	return types.ManagedObjectReference{Type: "Guests", Value: "guests"}
}

func (g *guests) PutObject(*simulator.Context, mo.Reference) {}

func (g *guests) UpdateObject(_ *simulator.Context, object mo.Reference, changes []types.PropertyChange) {
	vm, ok := object.(*mo.VirtualMachine)
	if !ok {
		return
	}
	for _, change := range changes {
		switch {
		case change.Name == "config.tools.pendingCustomization": // taken up, just before it is powered on
			g.mu.Lock()
			g.customizing[vm.Self] = true
			g.mu.Unlock()
		case change.Name != "runtime.powerState":
		case change.Val == types.VirtualMachinePowerStatePoweredOn:
			go g.start(vm.Self, vm.Guest.HostName, vm.Guest.IpAddress, guestInfo(vm.Config.ExtraConfig))
		default:
			// At once, because a new power-on before the end of the process must not find the tools of the previous
			// boot.
			mo.ApplyPropertyChange(vm, toolsStopped())
			go g.stop(vm.Self, g.boot(vm.Self))
		}
	}
}

func (g *guests) RemoveObject(_ *simulator.Context, ref types.ManagedObjectReference) {
	g.stop(ref, g.boot(ref))
	g.mu.Lock()
	defer g.mu.Unlock()
	if found := g.all[ref]; found != nil {
		_ = os.RemoveAll(found.dir)
		delete(g.all, ref)
	}
}

// start boots the guest and reports for it. An address from the customization is kept.
func (g *guests) start(ref types.ManagedObjectReference, hostName, address, info string) {
	g.mu.Lock()
	found := g.all[ref]
	if found == nil {
		found = &guest{dir: filepath.Join(g.dir, ref.Value)}
		g.all[ref] = found
	}
	if found.address == "" || address != "" {
		found.address = address
	}
	if found.address == "" {
		g.last++
		ip := binary.BigEndian.Uint32(g.net.IP.To4()) + g.last
		found.address = net.IP(binary.BigEndian.AppendUint32(nil, ip)).String()
	}
	before, off := found.off, make(chan struct{})
	found.off, found.unplugged = off, false
	g.mu.Unlock()
	if before != nil {
		<-before
	}

	if g.options.command == "" {
		close(off)
		g.report(ref, found, "info-set guestinfo.cornac.ssh_host_key ssh-ed25519 "+strings.Repeat("A", 68))
		g.report(ref, found, "ready")
		return
	}
	for isUp := true; isUp; isUp = g.restarts(ref, found) {
		if err := g.run(ref, found, hostName, info); err != nil {
			log.Printf("guest %s: %s", ref.Value, err)
		}
	}
	close(off)
	g.mu.Lock()
	isLast := found.off == off
	g.mu.Unlock()
	if isLast {
		g.poweredOff(ref)
	}
}

func (g *guests) run(ref types.ManagedObjectReference, found *guest, hostName, info string) error {
	if err := os.MkdirAll(found.dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(found.dir, "guestinfo"), []byte(info), 0o600); err != nil {
		return err
	}
	command := exec.Command(g.options.command, found.dir, found.address, hostName, g.options.origin)
	g.mu.Lock()
	command.Env = append(os.Environ(), g.behaviour.environment()...)
	g.mu.Unlock()
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	stdin, err := command.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	started := make(chan error)
	g.spawn <- func() { started <- command.Start() }
	if err = <-started; err != nil {
		return err
	}
	g.mu.Lock()
	found.process, found.stdin = command.Process, stdin
	found.boots++
	if found.unplugged {
		_ = found.process.Kill()
	}
	g.mu.Unlock()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		g.report(ref, found, lines.Text())
	}
	return command.Wait()
}

// report carries out a line of the guest.
func (g *guests) report(ref types.ManagedObjectReference, found *guest, line string) {
	g.mu.Lock()
	silent := g.Silent
	g.mu.Unlock()
	if silent {
		return
	}
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "ready":
		g.change(ref, func(vm *mo.VirtualMachine) []types.PropertyChange {
			return []types.PropertyChange{
				{Name: "guest.toolsStatus", Val: types.VirtualMachineToolsStatusToolsOk},
				{Name: "guest.toolsRunningStatus", Val: string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)},
			}
		})
		g.change(ref, func(vm *mo.VirtualMachine) []types.PropertyChange {
			for i := range vm.Guest.Net {
				vm.Guest.Net[i].IpAddress = []string{found.address}
			}
			return []types.PropertyChange{
				{Name: "guest.ipAddress", Val: found.address},
				{Name: "summary.guest.ipAddress", Val: found.address},
				{Name: "guest.net", Val: vm.Guest.Net},
			}
		})
		g.customize(ref, found)
	case "info-set":
		key, value, _ := strings.Cut(rest, " ")
		g.change(ref, func(vm *mo.VirtualMachine) []types.PropertyChange {
			return []types.PropertyChange{{Name: "config.extraConfig", Val: withOption(vm.Config.ExtraConfig, key, value)}}
		})
	default:
		log.Printf("guest %s: %s", ref.Value, line)
	}
}

// customize ends a pending customization, some time after the tools have started.
func (g *guests) customize(ref types.ManagedObjectReference, found *guest) {
	g.mu.Lock()
	isPending, how := g.customizing[ref], g.behaviour
	delete(g.customizing, ref)
	g.mu.Unlock()
	if !isPending {
		return
	}
	time.AfterFunc(500*time.Millisecond, func() {
		event := types.CustomizationEvent{LogLocation: customizationLog}
		if how.Uncustomizable {
			g.post(ref, &types.CustomizationFailed{CustomizationEvent: event})
			return
		}
		g.post(ref, &types.CustomizationSucceeded{CustomizationEvent: event})
		g.mu.Lock()
		defer g.mu.Unlock()
		if !how.CloudInit && found.process != nil && !found.unplugged {
			found.restarts = true
			_, _ = fmt.Fprintln(found.stdin, "shutdown")
		}
	})
}

// customizationLog distinguishes this simulator's events from those of stock vcsim, which come too early.
const customizationLog = "/var/log/vmware-imc/toolsDeployPkg.log"

func (g *guests) post(ref types.ManagedObjectReference, event types.BaseEvent) {
	vm, ok := g.model.Map().Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	event.GetEvent().Vm = &types.VmEventArgument{EntityEventArgument: types.EntityEventArgument{Name: vm.Name}, Vm: ref}
	manager := g.model.Map().EventManager()
	ctx := &simulator.Context{Context: context.Background(), Map: g.model.Map(), Session: g.model.Service.Context.Session}
	ctx.WithLock(manager, func() { manager.PostEvent(ctx, &types.PostEvent{This: manager.Self, EventToPost: event}) })
}

// restarts reports whether a guest whose process ended starts again. Its tools do not run meanwhile.
func (g *guests) restarts(ref types.ManagedObjectReference, found *guest) bool {
	g.mu.Lock()
	isUp := found.restarts && !found.unplugged
	found.restarts = false
	g.mu.Unlock()
	if isUp {
		g.change(ref, func(*mo.VirtualMachine) []types.PropertyChange { return toolsStopped() })
	}
	return isUp
}

func toolsStopped() []types.PropertyChange {
	return []types.PropertyChange{
		{Name: "guest.toolsStatus", Val: types.VirtualMachineToolsStatusToolsNotRunning},
		{Name: "guest.toolsRunningStatus", Val: string(types.VirtualMachineToolsRunningStatusGuestToolsNotRunning)},
		{Name: "guest.ipAddress", Val: ""},
	}
}

// guestInfo is what a guest may read, one line each: KEY VALUE.
func guestInfo(options []types.BaseOptionValue) string {
	var lines strings.Builder
	for _, option := range options {
		if value := option.GetOptionValue(); strings.HasPrefix(value.Key, "guestinfo.") {
			fmt.Fprintln(&lines, value.Key, value.Value)
		}
	}
	return lines.String()
}

func withOption(options []types.BaseOptionValue, key, value string) []types.BaseOptionValue {
	changed := []types.BaseOptionValue{}
	for _, option := range options {
		if option.GetOptionValue().Key != key {
			changed = append(changed, option)
		}
	}
	return append(changed, &types.OptionValue{Key: key, Value: value})
}

func (g *guests) poweredOff(ref types.ManagedObjectReference) {
	g.change(ref, func(vm *mo.VirtualMachine) []types.PropertyChange {
		changes := toolsStopped()
		if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
			changes = append(changes,
				types.PropertyChange{Name: "runtime.powerState", Val: types.VirtualMachinePowerStatePoweredOff},
				types.PropertyChange{Name: "summary.runtime.powerState", Val: types.VirtualMachinePowerStatePoweredOff},
				types.PropertyChange{Name: "runtime.bootTime", Val: nil})
		}
		return changes
	})
}

func (g *guests) change(ref types.ManagedObjectReference, changes func(*mo.VirtualMachine) []types.PropertyChange) {
	vm, ok := g.model.Map().Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return
	}
	ctx := &simulator.Context{Context: context.Background(), Map: g.model.Map()}
	ctx.WithLock(vm, func() { ctx.Update(vm, changes(&vm.VirtualMachine)) })
}

// shutdown asks the guest to shut down, as VMware Tools does. It returns false where no guest runs.
func (g *guests) shutdown(ref types.ManagedObjectReference) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := g.all[ref]
	if found == nil || g.Stubborn {
		return g.Stubborn
	}
	if found.process == nil {
		go g.poweredOff(ref)
	} else {
		_, _ = fmt.Fprintln(found.stdin, "shutdown")
	}
	return true
}

// boot returns the present boot of a guest: a channel that is closed when the guest is off.
func (g *guests) boot(ref types.ManagedObjectReference) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if found := g.all[ref]; found != nil {
		return found.off
	}
	return nil
}

// stop cuts the power and waits until the guest is gone. A guest that was powered on again meanwhile is left
// alone.
func (g *guests) stop(ref types.ManagedObjectReference, boot chan struct{}) {
	g.mu.Lock()
	found := g.all[ref]
	if found == nil || found.process == nil || found.off != boot {
		g.mu.Unlock()
		return
	}
	found.unplugged = true
	_ = found.process.Kill()
	g.mu.Unlock()
	<-boot
}

func (g *guests) behave(how *behaviour) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behaviour = *how
}

// boots counts the starts of a guest.
func (g *guests) boots(ref types.ManagedObjectReference) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if found := g.all[ref]; found != nil {
		return found.boots
	}
	return 0
}

// running lists the addresses of guests whose directory exists.
func (g *guests) running() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	addresses := []string{}
	for _, found := range g.all {
		addresses = append(addresses, found.address)
	}
	return addresses
}

func (g *guests) close() {
	g.mu.Lock()
	refs := []types.ManagedObjectReference{}
	for ref := range g.all {
		refs = append(refs, ref)
	}
	g.mu.Unlock()
	for _, ref := range refs {
		g.stop(ref, g.boot(ref))
	}
}
