# Debian starts the services of a package at its installation and at every boot. Cornac needs only the
# programs, and the machine belongs to somebody else, so a service that did not run before does not run
# afterwards.

policy_rc_d=/usr/sbin/policy-rc.d
systemd_units=/etc/systemd/system

# Debian asks this program before it starts or stops a service. Set-up's version refuses every service that
# did not run before. It allows every service as soon as the set-up that made it has ended, even by kill -9.
# An existing program is left unchanged.
hold_services_back() {
  holds_services=
  units_before=$(enabled_units)
  if [ -e "$policy_rc_d" ] && ! grep -q 'Cornac set-up' "$policy_rc_d"; then return; fi
  began=$(process_began $$)
  running=$(systemctl list-units --state=active --plain --no-legend 2>/dev/null | sed 's/ .*//' | tr '\n' ' ') || :
  cat >"$cache/policy-rc.d" <<-POLICY
	#!/bin/sh
	# Made by Cornac set-up, process $$, for the time of one installation; of no effect afterwards.
	[ "\$(sed 's/.*) //' /proc/$$/stat 2>/dev/null | cut -d ' ' -f 20)" = "$began" ] || exit 0
	case " $running" in *" \$1 "* | *" \$1.service "*) exit 0 ;; esac
	exit 101
	POLICY
  $as_root install -m 755 "$cache/policy-rc.d" "$policy_rc_d"
  rm "$cache/policy-rc.d"
  holds_services=yes
  trap let_services_go EXIT
}

# Disables the services that the installation has enabled for the next boot.
let_services_go() {
  trap - EXIT
  [ -z "$holds_services" ] || $as_root rm -f "$policy_rc_d"
  new=
  for unit in $(enabled_units); do
    case " $(echo $units_before) " in *" $unit "*) ;; *) new="$new $unit" ;; esac
  done
  [ -z "$new" ] || $as_root systemctl disable $new >/dev/null 2>&1 || disable_without_systemd $new
}

# Packages make the links for systemd and for init, whichever is running. This function removes both.
disable_without_systemd() {
  for unit in "$@"; do
    $as_root update-rc.d "${unit%.service}" disable >/dev/null 2>&1 || :
  done
}

# Field 22 of stat(5), the start time. A PID can be reused; PID and start time together cannot.
process_began() { sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20; }

enabled_units() {
  for link in "$systemd_units"/*.wants/*.service "$systemd_units"/*.wants/*.socket; do
    [ ! -L "$link" ] || echo "${link##*/}"
  done | sort -u
}
