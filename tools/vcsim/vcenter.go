package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
	vimxml "github.com/vmware/govmomi/vim25/xml"
)

// rule makes calls of one method fail.
type rule struct {
	Method string `json:"method"`
	Skip   int    `json:"skip"`   // how many calls pass before
	Times  int    `json:"times"`  // how many fail then
	Fault  string `json:"fault"`  // name of the fault, e.g. HostNotConnected
	Task   bool   `json:"task"`   // the call is taken and its task fails
	Lost   bool   `json:"lost"`   // the call is done and its answer never arrives
	Status int    `json:"status"` // of HTTP, with a page of HTML, as a proxy or a vCenter that is starting gives it
	// For PowerOnMultiVM_Task, whose own task succeeds: the machine's task fails ("failed"), or does not exist
	// because DRS finds no host ("refused") or proposes one to a person ("proposed").
	Attempt string `json:"attempt"`
}

// clone is the request of a CloneVM_Task. Stock vcsim forgets most of it.
type clone struct {
	Name         string `json:"name"`
	Snapshot     string `json:"snapshot"`
	DiskMoveType string `json:"diskMoveType"`
}

// vcenter stands in front of the simulator: it checks and counts calls, and makes them fail.
type vcenter struct {
	model  *simulator.Model
	guests *guests
	next   http.Handler

	mu         sync.Mutex
	rules      []*rule
	calls      map[string]int
	violations []string
	clones     []clone
	rights     []rights
	expired    chan struct{} // closed when all sessions end

	sessions sessions
	tokens   map[string]string                     // of next pages, with the session that has them
	hidden   map[types.ManagedObjectReference]bool // machines that the account may not see
	configs  map[types.ManagedObjectReference]*types.VirtualMachineConfigInfo
	events   events
}

func (v *vcenter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.Path != "/sdk" {
		v.next.ServeHTTP(w, r)
		return
	}
	request, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	method, err := simulator.UnmarshalBody(types.TypeFunc(), request)
	if err != nil {
		v.violation(w, err.Error())
		return
	}
	v.count(method)
	if !strings.HasPrefix(r.Header.Get("SOAPAction"), `"urn:vim25/`) {
		v.violation(w, method.Name+": no SOAPAction of vim25")
		return
	}
	if found := differs(request, method); found != "" {
		v.violation(w, found)
		return
	}
	session := v.sessions.enter(w, r)
	rule := v.match(method.Name)
	if rule != nil && rule.Status != 0 {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(rule.Status)
		_, _ = io.WriteString(w, "<html><head><title>vCenter</title></head><body>It is starting.</body></html>")
		return
	}
	if rule != nil && rule.Fault != "" {
		v.fail(w, method, rule)
		return
	}
	if fault := cmp.Or(v.sessions.refuse(method), v.refusePage(session, method)); fault != nil {
		writeFault(w, "refused", fault)
		return
	}
	if fault, reason := v.refuse(method); fault != nil {
		writeFault(w, reason, fault)
		return
	}
	switch call := method.Body.(type) {
	case *types.HasPrivilegeOnEntities:
		v.answerPrivileges(w, call)
		return
	case *types.CheckCustomizationSpec: // stock vcsim does not know it; see refuse
		writeBody(w, http.StatusOK, `<CheckCustomizationSpecResponse xmlns="urn:vim25"></CheckCustomizationSpecResponse>`)
		return
	}
	if shutdown, ok := method.Body.(*types.ShutdownGuest); ok && v.guests.shutdown(shutdown.This) {
		writeBody(w, http.StatusOK, `<ShutdownGuestResponse xmlns="urn:vim25"></ShutdownGuestResponse>`)
		return
	}

	r.Body = io.NopCloser(bytes.NewReader(limit(replaceNames(request, escaper), method)))
	answer := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		v.next.ServeHTTP(answer, r)
		close(done)
	}()
	select {
	case <-done:
	case <-v.whenExpired(method):
		writeFault(w, "The session is not authenticated.", &types.NotAuthenticated{})
		return
	}
	v.sessions.leave(session, r, method, answer.Header(), answer.Code != http.StatusOK)
	v.keepToken(session, answer.Body.Bytes())
	if rule != nil && rule.Lost {
		panic(http.ErrAbortHandler)
	}
	if query, ok := method.Body.(*types.QueryEvents); ok && answer.Code == http.StatusOK {
		v.answerEvents(w, r, query)
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(untype(v.conceal(method, replaceNames(answer.Body.Bytes(), unescaper))))
}

func (v *vcenter) count(method *simulator.Method) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.calls == nil {
		v.calls = map[string]int{}
	}
	v.calls[method.Name]++
}

func (v *vcenter) violation(w http.ResponseWriter, text string) {
	v.mu.Lock()
	v.violations = append(v.violations, text)
	v.mu.Unlock()
	writeFault(w, text, &types.InvalidRequest{})
}

func (v *vcenter) match(method string) *rule {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, rule := range v.rules {
		if rule.Method != method {
			continue
		}
		if rule.Skip > 0 {
			rule.Skip--
		} else if rule.Times > 0 {
			rule.Times--
			return rule
		}
	}
	return nil
}

func (v *vcenter) fail(w http.ResponseWriter, method *simulator.Method, rule *rule) {
	kind, ok := types.TypeFunc()(rule.Fault)
	if !ok {
		panic("no such fault: " + rule.Fault)
	}
	fault := reflect.New(kind).Interface().(types.BaseMethodFault)
	if call, ok := method.Body.(*types.PowerOnMultiVM_Task); ok && rule.Attempt != "" {
		writeTask(w, method, v.attempt(call, rule, fault))
		return
	}
	if denied, ok := fault.(*types.NoPermission); ok {
		denied.Object, denied.PrivilegeId = &v.model.ServiceContent.RootFolder, "System.Read"
	}
	if !rule.Task {
		writeFault(w, "injected", fault)
		return
	}
	registry := v.model.Map()
	name := strings.TrimSuffix(method.Name, "_Task")
	task := simulator.CreateTask(registry.Get(method.This), name, func(*simulator.Task) (types.AnyType, types.BaseMethodFault) {
		return nil, fault
	})
	writeTask(w, method, task.Run(v.context()))
}

func writeTask(w http.ResponseWriter, method *simulator.Method, ref types.ManagedObjectReference) {
	writeBody(w, http.StatusOK, fmt.Sprintf(
		`<%[1]sResponse xmlns="urn:vim25"><returnval type="Task">%[2]s</returnval></%[1]sResponse>`, method.Name, ref.Value))
}

// context serves for work on the simulator's objects outside a call. Its identity owns the locks.
func (v *vcenter) context() *simulator.Context {
	return &simulator.Context{Context: context.Background(), Map: v.model.Map(), Session: v.model.Service.Context.Session}
}

// whenExpired returns the signal to a waiting call that its session has ended.
func (v *vcenter) whenExpired(method *simulator.Method) <-chan struct{} {
	if method.Name != "WaitForUpdatesEx" {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.expired == nil {
		v.expired = make(chan struct{})
	}
	return v.expired
}

func (v *vcenter) expireSessions() {
	ctx := v.context()
	manager := v.model.Map().SessionManager()
	listed := v.model.Service.Context.Session.Get(manager.Self).(*simulator.SessionManager)
	for _, session := range listed.SessionList {
		manager.TerminateSession(ctx, &types.TerminateSession{This: manager.Self, SessionId: []string{session.Key}})
	}
	v.sessions.end()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.expired != nil {
		close(v.expired)
		v.expired = nil
	}
}

// answerEvents answers in place of stock vcsim.
func (v *vcenter) answerEvents(w http.ResponseWriter, r *http.Request, query *types.QueryEvents) {
	answer := &types.QueryEventsResponse{Returnval: v.query(r, query)}
	var body bytes.Buffer
	name := vimxml.Name{Local: "QueryEventsResponse"}
	attr := []vimxml.Attr{{Name: vimxml.Name{Local: "xmlns"}, Value: "urn:vim25"}}
	_ = vimxml.NewEncoder(&body).EncodeElement(answer, vimxml.StartElement{Name: name, Attr: attr})
	writeBody(w, http.StatusOK, string(untype(body.Bytes())))
}

func writeFault(w http.ResponseWriter, reason string, fault types.BaseMethodFault) {
	kind := reflect.TypeOf(fault).Elem().Name()
	start := vimxml.StartElement{
		Name: vimxml.Name{Local: kind + "Fault"},
		Attr: []vimxml.Attr{
			{Name: vimxml.Name{Local: "xmlns"}, Value: "urn:vim25"},
			{Name: vimxml.Name{Local: "xsi:type"}, Value: kind},
		},
	}
	var detail, text bytes.Buffer
	_ = vimxml.NewEncoder(&detail).EncodeElement(fault, start)
	_ = vimxml.EscapeText(&text, []byte(reason))
	writeBody(w, http.StatusInternalServerError, "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>"+
		text.String()+"</faultstring><detail>"+detail.String()+"</detail></soapenv:Fault>")
}

func writeBody(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope`+
		` xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"`+
		` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="`+xsi+`"><soapenv:Body>`+body+
		`</soapenv:Body></soapenv:Envelope>`)
}
