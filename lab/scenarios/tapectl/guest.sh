# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/tapectl.ko
/lab/client -n 20 -u 1000 catalog read /dev/tape0 &
sleep 1
/lab/client winder write /dev/tape0 40 &
sleep 1
/lab/client asker read /dev/tape0 &
sleep 1
/lab/client rewinder write /dev/tape0 4 &
sleep 1
for i in 1 2; do /lab/client -n 9 -u 1000 lister read /dev/tape0 & done
sleep 6
log "busy for a while now"
