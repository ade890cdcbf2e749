# Runs in the guest, sourced by init.
sleep 5
log "crashing now"
sh -c 'echo c > /proc/sysrq-trigger'
