/** Watching a job of the server until it ends. */
import { useEffect, useRef, useState } from "../../vendor/ui.js";
import { ApiError, get } from "../api.js";

const OVER = ["done", "failed", "cancelled"];

export const isOver = (job) => OVER.includes(job.state);

/** The job as it stands, asked for every second. @param {number|null} id @param {(job: object) => void} [onEnd] */
export function useJob(id, onEnd) {
  const [job, setJob] = useState(null);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (id === null) return undefined;
    let timer = 0;
    let live = true;
    const look = async () => {
      try {
        const now = await get(`/jobs/${id}`);
        if (!live) return;
        setJob(now);
        if (isOver(now)) return void end.current?.(now);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.passing) throw error;
      }
      if (live) timer = setTimeout(look, 1000);
    };
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [id]);
  return job;
}
