# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/crunchd.ko
sleep 9
log "busy for a while now"
