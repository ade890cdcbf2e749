# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/fontdb.ko
/lab/client -n 5 -u 1000 typist ioctl /dev/fontdb 3 &
sleep 1
/lab/client -n 1 oldstyle ioctl /dev/fontdb 44 &
sleep 1
for i in 1 2; do /lab/client -n 9 -u 1000 loader write /dev/fontdb & done
sleep 7
log "busy for a while now"
