# Runs in the guest, sourced by init.
insmod /lab/contention.ko
/lab/fleet 500 0 &
sleep 10
log "busy for a while now"
