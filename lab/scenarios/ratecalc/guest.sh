# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/ratecalc.ko
/lab/client tuned ioctl /dev/flowmeter 0 &
sleep 0.3
( echo netflowd > /proc/self/comm; echo packet > /dev/flowmeter ) &
