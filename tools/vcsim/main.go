// Command vcsim serves a vCenter for tests: govmomi's simulator with Cornac's test inventory, strict checks,
// faults on demand and real guests.
//
// When it is ready it prints one line of JSON with its addresses. It serves until its standard input is
// closed, so that it never outlives its test.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	dir := flag.String("dir", "", "empty directory for certificates, datastores and guests")
	user := flag.String("user", "administrator@vsphere.local", "account name; its password is read from VCSIM_PASSWORD")
	listen := flag.String("listen", "127.0.0.1:0", "address of the API")
	guestCommand := flag.String("guest", "", "program that runs a guest: guest DIR ADDRESS HOSTNAME ORIGIN; none: guests are only pretended")
	origin := flag.String("origin", "", "directory with what guests have and this computer has not")
	guestNet := flag.String("guest-net", "127.77.0.0/16", "addresses of guests")
	versions := flag.String("engine-versions", "15.14 17.6", "versions of PostgreSQL that the templates tell of")
	flag.Parse()
	log.SetPrefix("vcsim: ")
	log.SetFlags(log.Ltime | log.Lmicroseconds)

	options := guestOptions{*guestCommand, *guestNet, *origin}
	if err := serve(*dir, *versions, url.UserPassword(*user, os.Getenv("VCSIM_PASSWORD")), *listen, options); err != nil {
		log.Fatal(err)
	}
}

func serve(dir, versions string, account *url.Userinfo, listen string, options guestOptions) error {
	os.Setenv("TMPDIR", dir)
	model, err := newInventory(versions)
	if err != nil {
		return err
	}
	defer model.Remove()

	guests, err := newGuests(model, dir, options)
	if err != nil {
		return err
	}
	defer guests.close()
	model.Map().AddHandler(guests)

	identity, err := newIdentity(dir)
	if err != nil {
		return err
	}
	service := model.Service
	service.Listen = &url.URL{User: account}
	service.RegisterSDK(model.Map())
	vcenter := &vcenter{model: model, guests: guests, next: service.ServeMux}

	sdk, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	network := &network{Listener: sdk}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { log.Fatal(http.Serve(control, newControl(vcenter, network))) }()
	go func() {
		server := http.Server{Handler: vcenter, TLSConfig: identity.config, ErrorLog: log.New(io.Discard, "", 0)}
		log.Fatal(server.ServeTLS(network, "", ""))
	}()

	ready, err := json.Marshal(map[string]string{
		"host":             sdk.Addr().String(),
		"control":          fmt.Sprintf("http://%s", control.Addr()),
		"caFile":           identity.caFile,
		"intermediateFile": identity.intermediateFile,
		"thumbprint":       identity.thumbprint,
	})
	if err != nil {
		return err
	}
	fmt.Println(string(ready))
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func init() {
	// A slow task must not lock the object that it works on, because PropertyCollectors read the object
	// meanwhile.
	setTaskDelay(nil)
}

func setTaskDelay(milliseconds map[string]int) {
	delays := map[string]int{"LockHandoff": 0}
	for name, delay := range milliseconds {
		delays[name] = delay
	}
	simulator.TaskDelay = simulator.DelayConfig{MethodDelay: delays}
}
