/*
 * Hops from process to process: ignores SIGTERM, and again and again forks, lets the parent end, and writes the time into a
 * file. Arguments: the file, milliseconds between two hops, 1 for a session of its own each time, seconds to live, a mark.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count < 5) return 64;
  double pause_ms = atof(arguments[2]);
  int own_session = arguments[3][0] == '1';
  double ends_at = now() + atof(arguments[4]);
  signal(SIGTERM, SIG_IGN);
  while (now() < ends_at) {
    if (fork() != 0) _exit(0);
    if (own_session) setsid();
    int beat = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (beat >= 0) {
      dprintf(beat, "%.6f", now());
      close(beat);
    }
    if (pause_ms > 0) usleep((useconds_t) (pause_ms * 1000));
  }
  return 0;
}
