# Runs in the guest, sourced by init.
log "ready"
