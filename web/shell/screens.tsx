/** The screens, in the order of the menu. All but the first are loaded when they are opened. */
import { type ComponentType, lazy } from 'react';
import { Now } from '../screens/now/now.tsx';
import { texts } from '../text/texts.ts';

interface Screen {
  readonly path: string;
  readonly title: string;
  readonly inMenu: boolean;
  readonly forOperators?: boolean;
  readonly Screen: ComponentType<{ readonly id: string }>;
}

export const screens: readonly Screen[] = [
  { path: '/', title: texts.screens.now, inMenu: true, Screen: Now },
  {
    path: '/entities',
    title: texts.screens.entities,
    inMenu: true,
    Screen: lazy(() => import('../screens/entities/entities.tsx')),
  },
  {
    path: '/backups',
    title: texts.screens.backups,
    inMenu: true,
    Screen: lazy(() => import('../screens/backups/backups.tsx')),
  },
  {
    path: '/start',
    title: texts.screens.start,
    inMenu: true,
    forOperators: true,
    Screen: lazy(() => import('../screens/start/start.tsx')),
  },
  {
    path: '/statistics',
    title: texts.screens.statistics,
    inMenu: true,
    Screen: lazy(() => import('../screens/statistics/statistics.tsx')),
  },
  {
    path: '/audit',
    title: texts.screens.audit,
    inMenu: true,
    forOperators: true,
    Screen: lazy(() => import('../screens/audit/audit.tsx')),
  },
  {
    path: '/systems',
    title: texts.screens.systems,
    inMenu: true,
    Screen: lazy(() => import('../screens/systems/systems.tsx')),
  },
  {
    path: '/entities/:id',
    title: texts.screens.entity,
    inMenu: false,
    Screen: lazy(() => import('../screens/entity/entity.tsx')),
  },
  {
    path: '/backups/:id',
    title: texts.screens.backup,
    inMenu: false,
    Screen: lazy(() => import('../screens/backup/backup.tsx')),
  },
];
