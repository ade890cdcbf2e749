# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/ringcheck.ko
echo one > /dev/recring
/lab/client rewind ioctl /dev/recring 77 &
sleep 0.3
( echo journald > /proc/self/comm; echo two > /dev/recring ) &
