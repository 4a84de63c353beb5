// Command temporal-ui serves Temporal's Web UI for reading. A request that could change something is refused.
//
// The UI's own server has `disableWriteActions`, but accepts every POST whose path contains "/query/". With a
// workflow named "query" a client could start, signal and terminate workflows. Here the whole path counts.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/route"
	"github.com/temporalio/ui-server/v2/ui"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8233", "address of the pages")
	temporal := flag.String("temporal", "127.0.0.1:7233", "address of Temporal")
	namespace := flag.String("namespace", "default", "namespace to show first")
	ca := flag.String("ca", "", "PEM file with the authority of Temporal's certificate")
	cert := flag.String("cert", "", "PEM file with our certificate")
	key := flag.String("key", "", "PEM file with its key")
	name := flag.String("server-name", "localhost", "name in Temporal's certificate")
	readyFD := flag.Int("ready-fd", 0, "descriptor on which to write a line when the address is ours; 0: none")
	flag.Parse()

	pages, err := newPages(&config.Config{
		TemporalGRPCAddress: *temporal,
		DefaultNamespace:    *namespace,
		DisableNewsFetch:    true,
		DisableWriteActions: true,
		TLS: config.TLS{
			CaFile: *ca, CertFile: *cert, KeyFile: *key, ServerName: *name, EnableHostVerification: true,
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// An expired or incomplete key pair is reported at once, and not by every page.
	if _, err := tls.LoadX509KeyPair(*cert, *key); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	if err := announceReady(*readyFD); err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: readOnly(pages), ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// announceReady writes to a pipe that only the parent process reads. An answer on the address itself would
// prove nothing, because another process may listen there.
func announceReady(descriptor int) error {
	if descriptor == 0 {
		return nil
	}
	pipe := os.NewFile(uintptr(descriptor), "ready")
	if pipe == nil {
		return fmt.Errorf("descriptor %d of -ready-fd is not open", descriptor)
	}
	if _, err := pipe.WriteString("ready\n"); err != nil {
		return fmt.Errorf("-ready-fd: %w", err)
	}
	return pipe.Close()
}

// newPages assembles the UI's server without login and proxies.
func newPages(settings *config.Config) (http.Handler, error) {
	provider, err := config.NewConfigProviderWithRefresh(settings)
	if err != nil {
		return nil, err
	}
	assets, err := ui.Assets()
	if err != nil {
		return nil, err
	}
	local, err := fs.Sub(assets, "local")
	if err != nil {
		return nil, err
	}
	pages := echo.New()
	pages.Use(middleware.Recover(), middleware.Gzip(), middleware.Secure())
	route.SetHealthRoute(pages)
	if err := route.SetAPIRoutes(pages, provider, nil); err != nil {
		return nil, fmt.Errorf("Temporal cannot be called: %w", err)
	}
	if err := route.SetUIRoutes(pages, "", local); err != nil {
		return nil, err
	}
	route.SetRenderRoute(pages, "")
	return pages, nil
}

// A query only reads: workflow code answers it and may not change anything.
var query = regexp.MustCompile(`^/api/v1/namespaces/[^/]+/workflows/[^/]+/query/[^/]+$`)

func readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A page of another site whose name resolves to this computer (DNS rebinding) sends that name.
		if host, _, err := net.SplitHostPort(r.Host); err != nil || host != "localhost" && host != "127.0.0.1" {
			http.Error(w, "the name in the address has to be localhost", http.StatusMisdirectedRequest)
			return
		}
		// The path as it was sent, in which escaped characters separate nothing.
		isQuery := r.Method == http.MethodPost && query.MatchString(r.URL.EscapedPath())
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !isQuery {
			http.Error(w, "this Web UI is for reading only", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}
