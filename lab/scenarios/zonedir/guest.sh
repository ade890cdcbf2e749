# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/zonedir.ko
for i in 1 2; do /lab/client -n 0 -u 100 lookup read /dev/zones & done
/lab/client -n 0 -u 1000 rezone write /dev/zones 1 &
sleep 1
/lab/client -n 0 -u 1000 audit write /dev/zones 1 &
sleep 7
log "busy for a while now"
