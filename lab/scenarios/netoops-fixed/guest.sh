# Runs in the guest, sourced by init.
taskset 1 insmod /lab/netoops.ko
/lab/fleet 0 2000 &
sleep 10
log "busy for a while now"
