# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/netprobe.ko
( echo linkstatd > /proc/self/comm; read -r line < /proc/netprobe ) &
