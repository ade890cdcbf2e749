# Runs in the guest, sourced by init.
insmod /lab/contention.ko
/lab/fleet 500 0 &
sleep 8
log "crashing now"
sh -c 'echo c > /proc/sysrq-trigger'
